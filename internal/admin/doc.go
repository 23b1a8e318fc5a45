// Package admin is what people do with Bellhop: they manage webhooks, event
// rules, tags, object types, users, groups and tokens, look after deliveries,
// try webhooks out, and bring in changes from elsewhere. Every surface (REST
// API, pages, commands) goes through here, so that each rule holds everywhere.
//
// Each use case is one transaction: a list is written as a whole or not at all,
// and with it the audit log's entries on what was done, by whom, and what it was
// before. After the commit the parts that keep things in memory are told
// ([Options.Changed], [Dispatcher]).
//
// The package knows neither HTTP nor JSON requests. It does not check whether
// somebody may call a use case: surfaces ask [Identity.Allows] before they do,
// because only they know which route stands for which permission. What nobody
// may do whatever their permissions (granting rights that they do not have,
// removing the last superuser) is checked here.
//
// Errors that people may read are [*webhook.Error] and, for lists,
// [*BulkError]; everything else is a fault of the server.
//
// It owns no goroutine.
package admin
