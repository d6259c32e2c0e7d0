x=$(echo a)b$(echo c); echo $x; echo "<$(echo 'a  b')>" <$(echo /dev/null)
