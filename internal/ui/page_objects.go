package ui

import (
	"strconv"

	"bellhop/internal/webhook"
)

// objectsPath is the list of a type's objects, objectPath one object's page.
func objectsPath(t *webhook.ObjectType) string { return "/" + t.AppLabel + "/" + t.Plural + "/" }

func objectPath(t *webhook.ObjectType, id int64) string {
	return objectsPath(t) + strconv.FormatInt(id, 10) + "/"
}
