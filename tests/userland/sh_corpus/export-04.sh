x='a b'; export y=$x 2>/dev/null; echo "$y"; export z="$x" w=~; echo "$z"; export p=q r=s; sh -c 'echo $p$r'
