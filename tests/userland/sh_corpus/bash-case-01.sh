#!/bin/bash
case a in a) echo 1;& b) echo 2;; c) echo 3;; esac; case ab in a*) echo x;;& *b) echo y;;& z) echo no;; esac; shopt -s nocasematch; case ABC in abc) echo nocase;; esac; shopt -s extglob; case aab in +(a)b) echo ext;; esac
