echo "$(cat <<E
here $(echo inner)
E
)"
