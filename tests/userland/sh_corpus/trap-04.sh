trap '' USR1; kill -USR1 $$; echo survived; trap 'echo usr1' USR1; kill -USR1 $$; echo end
