cat << 'two words'
a
two words
x=$(cat <<E
captured
E
); echo "[$x]"
