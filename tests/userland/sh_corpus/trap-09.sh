trap "echo 'quoted \"x\"'" INT HUP; trap; trap - INT; trap; trap '' HUP; trap
