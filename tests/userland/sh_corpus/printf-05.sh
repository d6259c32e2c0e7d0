printf '%d\n' 0x10 010 "'A" '"B' -5 +3; printf '%u\n' 3; printf '%i\n' 7; printf '%s' ''; echo end
