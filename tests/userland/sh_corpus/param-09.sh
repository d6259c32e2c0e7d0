set -- one two three; echo $1 $2 $3 ${3} [$4] ${10-none}
