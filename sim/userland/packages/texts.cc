// texts.cc — the texts that packages carry: cows, fortunes, configuration.

#include <array>

#include "sim/userland/packages/package.h"

namespace drydock::userland {

namespace {

struct TextRow {
  std::string_view name, text;
};

// clang-format off
constexpr std::array kTexts = {
    TextRow{"cow-default", R"cow($the_cow = <<"EOC";
        $thoughts   ^__^
         $thoughts  ($eyes)\\_______
            (__)\\       )\\/\\
             $tongue ||----w |
                ||     ||
EOC
)cow"},
    TextRow{"cow-small", R"cow($the_cow = <<"EOC";
       $thoughts   ,__,
        $thoughts  ($eyes)____
           (__)    )\\
            $tongue||--|| *
EOC
)cow"},
    TextRow{"cow-tux", R"cow($the_cow = <<"EOC";
   $thoughts
    $thoughts
        .---.
       / $eyes  \\
       | \\_/ |
      //  $tongue  \\\\
     (|       | )
     /'\\_   _/'\\
     \\___)=(___/
EOC
)cow"},
    TextRow{"cow-whale", R"cow($the_cow = <<"EOC";
    $thoughts
     $thoughts    __   __   __
      $thoughts  |__| |__| |__|
       _|______________|____        /|
      /  $eyes                  \\______/ /
      \\  $tongue                   ______  |
       \\____________________/      \\|
  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
EOC
)cow"},
    TextRow{"cow-crane", R"cow($the_cow = <<"EOC";
     $thoughts
      $thoughts  ____________________
       $thoughts|/\\/\\/\\/|_|\\/\\/\\/\\|
        ~~~~~~| |       |
              |$eyes|       |
              | |     [===]
           ___|_|___
EOC
)cow"},
    TextRow{"fortunes-drydock", R"(A ship in dock is looked at from below, which no sea ever allowed.
%
Measure the dock before you invite the ship.
%
The tide does not care who is on call.
%
Paint hides rust for a season; a log hides nothing.
%
He who stops the pumps should know where the water goes.
%
Every knot was once a good idea.
%
Count the crew before sailing, the cups after.
%
The anchor is the only part that works by doing nothing.
%
Charts are old opinions about water.
%
A short gangway is a good interface.
%
Name your ropes, or you will pull the wrong one at night.
%
There are two kinds of captains: those who have lost a boat,
and those who have not looked lately.
%
A lighthouse answers every question with the same word, and is trusted.
%
If it floats, ship it.  If it does not, call it a reef.
)"},
    TextRow{"fortunes-containers", R"(A container is a promise about what is not inside.
%
Nobody has ever fixed a box by shaking the crane.
%
The smallest image is the one you did not pull.
%
Layers are like harbour walls: add as many as you wish, the lowest one holds.
%
Write down what you put in; you will be asked when it comes out.
%
An empty box still takes a place on deck.
%
State is cargo.  Lash it down, or leave it ashore.
%
Two boxes may share a hook, but not at the same time.
%
What exits with zero may still have sunk.
%
Latest is not a date.
%
The label says "fragile"; the crane cannot read.
%
Everything works on the dock.
)"},
    TextRow{"fortunes-sea", R"(Smooth water writes no logbook.
%
The wind is free, the sails are not.
%
First you learn to row, then to read the weather, then to stay at home.
%
Salt gets into everything, even into stories.
%
A leak is the sea's way of asking a question.
%
Seagulls are experts: they arrive late and comment loudly.
%
Fog makes every ship the largest one.
%
You cannot haggle with a sandbank.
%
Keep a spare of what you cannot swim without.
%
The horizon has never once come closer.
)"},
    TextRow{"nginx.conf", R"(user www-data;
worker_processes 4;
pid /run/nginx.pid;

events {
	worker_connections 768;
}

http {
	include /etc/nginx/mime.types;
	default_type application/octet-stream;
	access_log /var/log/nginx/access.log;
	error_log /var/log/nginx/error.log;
	include /etc/nginx/sites-enabled/*;
}
)"},
    TextRow{"nginx-default", R"(server {
	listen 80 default_server;
	root /usr/share/nginx/html;
	index index.html index.htm;
	server_name _;
	location / {
		try_files $uri $uri/ =404;
	}
}
)"},
    TextRow{"nginx-index", R"(<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
)"},
    TextRow{"init-script", R"(#!/bin/sh
# Services are started by the command of a container, not by init.
exit 0
)"},
};
// clang-format on

}  // namespace

std::string_view package_text(std::string_view name) {
  for (const TextRow& row : kTexts) {
    if (row.name == name) return row.text;
  }
  return "";
}

}  // namespace drydock::userland
