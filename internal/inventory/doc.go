// Package inventory keeps objects of types that are data: it checks what people
// write, stores it, shows it in NetBox's form, and notices what changed.
//
// An object's stored document is flat: a choice is its value, a reference an
// id, tags are slugs. From it come the three forms that others see: the REST
// representation ("data": choices with labels, references and tags as brief
// objects), the brief form, and the snapshot of a change.
//
// [Service.Do] runs one request: a function that creates, updates and deletes
// through a [Session], in one transaction. When it has succeeded, all that
// happened to one object becomes one change (first prechange, last postchange),
// and the changes go to the [Recorder] inside the same transaction. A save that
// alters nothing is no change and writes nothing.
//
// Messages about fields are those of NetBox and Django REST framework, because
// clients show and match them. Fields that a type does not have are passed over,
// as NetBox does with read-only fields that clients send back.
//
// The package knows stores by their contract only, and neither HTTP nor
// webhooks. It starts no goroutines. Object types are held in an immutable
// registry that is swapped as a whole.
package inventory
