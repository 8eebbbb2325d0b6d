-- Decides a batch of asks by the generic cell rate algorithm, all or nothing for each ask. gcra.ts says the same in
-- TypeScript, with the reasons; a test holds the two together.
--
-- KEYS     the buckets, each once; the value is the theoretical arrival time (TAT) in microseconds
-- ARGV[1]  the time in microseconds, or 0 for Redis's own clock
-- then     intervalUs and burst of every bucket, in the order of KEYS
-- then     of every ask: how many buckets it takes from, and their positions in KEYS
-- returns  of every ask: the position among its own buckets of the one that speaks for the answer (negative when the
--          ask is refused), what remains there, microseconds until that bucket is full, microseconds until a repeat
--          has room
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local buckets = #KEYS
local stored = redis.call('MGET', unpack(KEYS))
local tat, interval, span, changed = {}, {}, {}, {}
for i = 1, buckets do
  interval[i] = tonumber(ARGV[2 * i])
  span[i] = interval[i] * tonumber(ARGV[2 * i + 1])
  local known = stored[i] and tonumber(stored[i]) or now
  tat[i] = math.max(now, math.min(known, now + span[i]))
end

local answers = {}
local at = 2 * buckets + 2
while at <= #ARGV do
  local last = at + tonumber(ARGV[at])
  local refusedBy, waitUs = 0, 0
  local tightest, remaining = 0, math.huge
  for j = at + 1, last do
    local i = tonumber(ARGV[j])
    local spareUs = now + span[i] - tat[i] - interval[i]
    if spareUs < 0 then
      if refusedBy == 0 then refusedBy = j - at end
      waitUs = math.max(waitUs, -spareUs)
    else
      local left = math.floor(spareUs / interval[i])
      if left < remaining then tightest, remaining = j - at, left end
    end
  end
  if refusedBy > 0 then
    local i = tonumber(ARGV[at + refusedBy])
    answers[#answers + 1] = -refusedBy
    answers[#answers + 1] = 0
    answers[#answers + 1] = tat[i] - now
    answers[#answers + 1] = waitUs
  else
    for j = at + 1, last do
      local i = tonumber(ARGV[j])
      tat[i] = tat[i] + interval[i]
      changed[i] = true
    end
    answers[#answers + 1] = tightest
    answers[#answers + 1] = remaining
    answers[#answers + 1] = tat[tonumber(ARGV[at + tightest])] - now
    answers[#answers + 1] = 0
  end
  at = last + 1
end

for i = 1, buckets do
  if changed[i] then
    -- Past its TAT a bucket is full and need not be remembered. %.0f, as Lua itself would round to 14 digits.
    redis.call('SET', KEYS[i], string.format('%.0f', tat[i]), 'PX', math.ceil((tat[i] - now) / 1000))
  end
end
return answers
