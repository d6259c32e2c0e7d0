x='a  b'; echo $x "$x" '$x' "'$x'" '"$x"'
