package config

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"
)

// envPrefix and a setting's name in capitals make the name of its variable.
const envPrefix = "BELLHOP_"

// EnvName returns the environment variable of a setting.
func EnvName(setting string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(setting, "-", "_"))
}

// SecretFileEnvName returns the environment variable that names a file which
// holds a secret setting's value.
func SecretFileEnvName(setting string) string { return EnvName(setting) + "_FILE" }

// Origin says where a setting's value came from.
type Origin string

// The origins, from the weakest to the strongest.
const (
	OriginDefault     Origin = "default"
	OriginFile        Origin = "file"
	OriginEnvironment Origin = "environment"
	OriginFlag        Origin = "flag"
)

// Setting is one field of [Options] with what is known about it.
type Setting struct {
	// Name is that of the flag and of the key in the file.
	Name string `json:"name"`
	// Group is the heading under which it is documented.
	Group string `json:"-"`
	// Default and Value are texts; secrets are masked.
	Default string `json:"default"`
	Value   string `json:"value"`
	Origin  Origin `json:"origin"`
	// Help is the explanation, Placeholder stands for the value in it.
	Help        string `json:"-"`
	Placeholder string `json:"-"`
	Secret      bool   `json:"-"`
}

// Settings lists all settings in the order of the documentation. A name that
// has no entry in origins has its default.
func (o *Options) Settings(origins map[string]Origin) []Setting {
	var list []Setting
	groups := reflect.ValueOf(o).Elem()
	for i := range groups.NumField() {
		group := groups.Type().Field(i)
		for j := range group.Type.NumField() {
			field, value := group.Type.Field(j), groups.Field(i).Field(j)
			s := Setting{
				Name:        group.Tag.Get("prefix") + field.Tag.Get("name"),
				Group:       group.Tag.Get("group"),
				Default:     field.Tag.Get("default"),
				Value:       show(value.Interface()),
				Origin:      OriginDefault,
				Help:        field.Tag.Get("help"),
				Placeholder: field.Tag.Get("placeholder"),
			}
			if field.Type.Kind() == reflect.Slice {
				s.Placeholder += ",..."
			}
			if origin, set := origins[s.Name]; set {
				s.Origin = origin
			}
			_, s.Secret = reflect.TypeAssert[Secret](value)
			list = append(list, s)
		}
	}
	return list
}

// show prints a value for people, without passwords.
func show(value any) string {
	switch v := value.(type) {
	case []Network:
		texts := make([]string, len(v))
		for i, n := range v {
			texts[i] = n.String()
		}
		return strings.Join(texts, ",")
	case []string:
		return strings.Join(v, ",")
	case string:
		if u, err := url.Parse(v); err == nil && u.User != nil {
			return u.Redacted()
		}
		return v
	}
	return fmt.Sprint(value)
}
