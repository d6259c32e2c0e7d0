trap 'x=changed' USR2; x=orig; kill -USR2 $$; echo $x; trap 'return 2>/dev/null; echo no' USR2; echo end
