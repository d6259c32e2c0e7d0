echo $(echo a; echo b) "$(echo a; echo b)"
