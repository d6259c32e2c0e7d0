cat <<E
no end delimiter
