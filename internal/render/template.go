package render

import "bellhop/jinja"

// CompileText compiles a template that stands alone, by the rules of URL and
// body. The error is a *[jinja.Error].
func (e *Engine) CompileText(source string) (*jinja.Template, error) {
	return e.text.Compile(source)
}

// CompileHeaders is [Engine.CompileText] by the rules of headers, which know the
// filter header_safe.
func (e *Engine) CompileHeaders(source string) (*jinja.Template, error) {
	return e.header.Compile(source)
}
