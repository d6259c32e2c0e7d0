eval 'false'; echo $?; eval "echo \$((1+1))" '&&' echo and; a=b; eval $a=val; echo $b; eval echo \$$a
