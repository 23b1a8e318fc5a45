// Package assets holds and serves the files that pages load: style sheets,
// scripts, icons. They are part of the program; a page never asks another server.
//
// Own files are in own/. Those of others are in third_party/, each folder with its
// licence and a VENDOR.txt that says where it comes from and what its hashes are;
// "make assets" writes them from the packages that source/package-lock.json pins.
// (The folder is not named vendor because module archives leave such folders out.)
//
// The package knows nothing of pages, sessions or the rest of Bellhop. A file's
// address holds a hash of its content, so browsers keep it for good and a new
// version is a new address.
package assets
