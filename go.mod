module bellhop

go 1.26
