sieve=' '; i=2
while [ $i -le 50 ]; do case $sieve in *" $i "*) ;; *) printf '%d ' $i; j=$((i*i)); while [ $j -le 50 ]; do sieve="$sieve$j "; j=$((j+i)); done;; esac; i=$((i+1)); done; echo
