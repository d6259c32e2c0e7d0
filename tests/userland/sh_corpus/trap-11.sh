sh -c 'kill -9 $$' 2>/dev/null; echo $?; (kill -INT $$; :) ; echo no
