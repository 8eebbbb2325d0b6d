create table pantry.jar (name text primary key);

create table pantry.consumer_offset (
  topic text not null,
  partition int not null,
  next_offset bigint not null,
  primary key (topic, partition)
);
