insert into pantry.jar (name) values ('jam');
