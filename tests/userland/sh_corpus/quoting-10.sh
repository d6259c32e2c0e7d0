echo "$(echo "nested "quotes" here")"
