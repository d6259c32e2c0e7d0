cat <<EOF
$(cat <<INNER
nested
INNER
)
EOF
