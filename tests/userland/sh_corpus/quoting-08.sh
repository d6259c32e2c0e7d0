echo "$" '$' \$ "a$" a$ "$ b"
