cat <<""
until empty line

echo after
