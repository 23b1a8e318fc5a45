package config

import (
	"fmt"
	"strings"
)

// Reference returns the text of docs/configuration.md.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	group := ""
	for _, s := range (&Options{}).Settings(nil) {
		if s.Group != group {
			group = s.Group
			fmt.Fprintf(&b, "\n## %s\n\n| setting | variable | default | what it does |\n| --- | --- | --- | --- |\n", group)
		}
		variable := "`" + EnvName(s.Name) + "`"
		if s.Secret {
			variable += " or `" + SecretFileEnvName(s.Name) + "`"
		}
		standard := ""
		if s.Default != "" {
			standard = "`" + s.Default + "`"
		}
		fmt.Fprintf(&b, "| `--%s %s` | %s | %s | %s |\n", s.Name, s.Placeholder, variable, standard, s.Help)
	}
	return b.String()
}

const referenceHead = `# Configuration

<!-- Generated from internal/config by "make generate". Do not edit. -->

Every setting of ` + "`bellhop serve`" + ` can be given in three ways. The first one that
is there counts:

1. a flag: ` + "`--listen 0.0.0.0:8000`" + `
2. an environment variable: ` + "`BELLHOP_LISTEN=0.0.0.0:8000`" + `
3. a key in the YAML file that ` + "`--config FILE`" + ` or ` + "`BELLHOP_CONFIG`" + ` names: ` + "`listen: 0.0.0.0:8000`" + `

A name in the file that is no setting is an error, so a slip of the pen does not
go unnoticed. A secret can also stand in a file of its own, whose name the
variable with ` + "`_FILE`" + ` at its end holds; that is how containers are given secrets.

` + "`bellhop check`" + ` reads the same flags, environment and file, prints every setting with
its value and where the value came from, opens the database, and starts nothing.

` + "```yaml" + `
# bellhop.yaml
data: /var/lib/bellhop
listen: 0.0.0.0:8000
log-format: json
deny-address: [10.0.0.0/8, 192.168.0.0/16]
allow-address: [10.1.2.3]
` + "```" + `
`
