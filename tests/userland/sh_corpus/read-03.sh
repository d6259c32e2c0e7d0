printf 'no newline' | { read x; echo $? "$x"; }; read x < /dev/null; echo $? "[$x]"
