x=hello; echo ${#x} ${#} ${#*} "${#x}"; set -- a b c; echo $# ${#}
