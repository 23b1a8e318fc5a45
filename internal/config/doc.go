// Package config is everything that can be set about a server: one tree of
// typed fields, [Options], each with its name, default and explanation in its
// tags. The command line reads the tags to make flags, environment variables
// and keys of the YAML file of them; docs/configuration.md is generated from
// them. So a setting is written down once.
//
// A value comes from the first of: flag, environment, file, default. Where it
// came from is kept beside it ([Origin]) and shown by "bellhop check". Values
// of type [Secret] are masked wherever they are printed.
//
// The package reads nothing itself, neither environment nor files. Options are
// loaded once, by package cli, and handed on in small pieces: no package below
// app knows them.
package config
