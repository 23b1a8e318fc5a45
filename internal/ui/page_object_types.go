package ui

import "strconv"

const typesPath = "/core/object-types/"

func typePath(id int64) string { return typesPath + strconv.FormatInt(id, 10) + "/" }
