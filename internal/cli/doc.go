// Package cli is Bellhop's command line: arguments, environment and
// configuration file in, an exit code out.
//
// Each command is one file with one struct: its fields are its flags, its Run
// method does the work. It becomes part of the program by one line in [root].
// A command writes results to standard output and everything else to standard
// error, both taken from [Process], and returns an error instead of exiting.
//
// Together with app and cmd this is the only place that may read the
// environment or end the process, and it does so only through [Process].
package cli
