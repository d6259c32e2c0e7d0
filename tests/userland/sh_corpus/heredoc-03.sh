cat <<-E
	tab
		two
	  mixed
	E
echo done
