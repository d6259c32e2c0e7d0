eval echo a b; x='echo $y'; y=hi; eval $x; eval "$x"; eval; echo $?; eval 'x=1
y=2'; echo $x$y
