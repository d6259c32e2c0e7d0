f() { echo "f $1"; return 4; }; x=$(f arg); echo $? "$x"
