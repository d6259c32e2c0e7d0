echo closed >&- 2>/dev/null; echo $?; (exec >&-; echo x) 2>/dev/null; echo $?
