echo 'x=sourced; echo in $x; return 3; echo no' > f; . ./f; echo $? $x
