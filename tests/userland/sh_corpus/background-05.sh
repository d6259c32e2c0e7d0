cat & wait $!; echo $?; (read x; echo "[$x]") & wait
