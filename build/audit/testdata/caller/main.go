package main

import "strings"

func main() { println(strings.Repeat("a", 3)) }
