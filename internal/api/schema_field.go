package api

// readSchema describes what a resource reads as. Every field can be left out,
// by fields, omit and brief.
func (d *description) readSchema() dict {
	properties := make(dict)
	for _, s := range d.fields {
		if !s.writeOnly {
			properties[s.name] = s.describe(s.readSchema())
		}
	}
	return dict{"type": "object", "properties": properties}
}

// writeSchema describes what a resource takes. Fields that it does not have are
// passed over.
func (d *description) writeSchema(full bool) dict {
	properties := make(dict)
	var required []string
	for _, s := range d.fields {
		if s.readOnly {
			continue
		}
		properties[s.name] = s.describe(s.writeSchema())
		if s.required && full {
			required = append(required, s.name)
		}
	}
	schema := dict{"type": "object", "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	return schema
}

// describe adds what holds for reading and writing.
func (s *spec) describe(schema dict) dict {
	if s.nullable {
		schema["nullable"] = true
	}
	if s.help != "" {
		schema["description"] = s.help
	}
	if s.label != "" {
		schema["title"] = s.label
	}
	return schema
}

// plainSchemas are the kinds that read and write alike. References to other
// schemas are wrapped, because beside a $ref nothing else counts.
func (s *spec) plainSchema() dict {
	switch s.kind {
	case kindInteger:
		return dict{"type": "integer", "format": "int64"}
	case kindNumber:
		return dict{"type": "number"}
	case kindBoolean:
		return dict{"type": "boolean"}
	case kindTime:
		return dict{"type": "string", "format": "date-time"}
	case kindDate:
		return dict{"type": "string", "format": "date"}
	case kindUUID:
		return dict{"type": "string", "format": "uuid"}
	case kindTexts, kindChoices:
		return listOf(dict{"type": "string"})
	case kindIntegers:
		return listOf(dict{"type": "integer"})
	case kindObject:
		return dict{"type": "object"}
	case kindJSON:
		return dict{}
	}
	return dict{"type": "string"}
}

func (s *spec) readSchema() dict {
	wrapped := func(name string) dict { return dict{"allOf": []any{ref(name)}} }
	switch s.kind {
	case kindLabeled:
		return wrapped("Choice")
	case kindLabels:
		return listOf(ref("Choice"))
	case kindReference:
		return wrapped("Brief")
	case kindReferences, kindTags:
		return listOf(ref("Brief"))
	}
	return s.plainSchema()
}

func (s *spec) writeSchema() dict {
	schema := s.plainSchema()
	target := dict{"oneOf": []any{dict{"type": "integer"}, dict{"type": "object"}}}
	switch s.kind {
	case kindChoice, kindLabeled:
		schema = dict{"type": "string"}
		if values := s.values(); len(values) > 0 {
			schema["enum"] = values
		}
	case kindLabels, kindChoices:
		schema = listOf(dict{"type": "string", "enum": s.values()})
	case kindReference:
		schema = target
	case kindReferences, kindTags:
		schema = listOf(target)
	}
	if s.maxLength > 0 {
		schema["maxLength"] = s.maxLength
	}
	if s.min != nil {
		schema["minimum"] = *s.min
	}
	if s.max != nil {
		schema["maximum"] = *s.max
	}
	if s.writeOnly {
		schema["writeOnly"] = true
	}
	return schema
}

// values are the values of the choices; null is one where nothing may be chosen,
// as OpenAPI wants it.
func (s *spec) values() []any {
	var values []any
	for _, choice := range s.choices {
		values = append(values, choice.Value)
	}
	if s.nullable && s.kind == kindLabeled {
		values = append(values, "", nil)
	}
	return values
}
