cmd='f() { echo defined; }'; eval "$cmd"; f; set -- 1 2 3; eval last=\${$#}; echo $last; eval "set -- $(echo '"a b"' c)"; echo $#
