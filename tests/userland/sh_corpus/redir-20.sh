exec 5>&1; x=$(echo inner; echo outer >&5); echo "[$x]"
