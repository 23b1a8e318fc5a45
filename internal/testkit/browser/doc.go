// Package browser drives a real Chromium in tests, as a person would: by what is
// on the page, with the mouse and the keyboard. For tests only.
//
// A [Page] fails its test on every console error, uncaught exception, violation of
// the content security policy and refused request, whatever the test itself looks
// at. It waits for what a call needs: no test sleeps. The package knows nothing of
// Bellhop's pages. It hides its driver, so that another would change this package
// only.
package browser
