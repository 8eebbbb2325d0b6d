-- Decides a batch of asks, all or nothing for each ask. decide-batch.ts says the same in TypeScript, with the reasons in the
-- files that it imports; tests hold the two together.
--
-- KEYS[1], KEYS[2]  two hashes that take turns: the current one, and the one before. In them is what nobody needs for longer than
--          a period: a field of every bucket that is full again by then, and of every host (provider) whose exchanges in flight are
--          counted. What is not written anew goes with its hash, two turns later.
-- KEYS[3]… the other buckets, each a key of its own
-- ARGV[1]  JSON of whole numbers, lists flat
--   now, period  in microseconds; 0 for Redis's own clock
--   fields     of every bucket in the hashes, then of every host
--   rooms      of every bucket, those in the hashes first: what all asks of the batch may leave it short of full, in microseconds,
--              and what they take of it together
--   hosts      of every host: most in flight, what the caller says it has open there or -1, how many of the asks are for it
--   edge, sequence  who the caller is, or an empty text, and the number of its report
--   whole      false where the edge itself has not room for all asks
-- ARGV[2]  JSON, of use where not all asks are admitted
--   buckets    of every bucket: interval in microseconds, burst, 1 where it is in shadow mode
--   hosts      of every host: 1 in shadow mode
--   shared     of every shared provider: its bucket, the reserved part of that bucket in microseconds
--   sharedKeys of every shared provider: its key, with the hash tag of KEYS[1]
--   open, edgeMax, edgeShadow  of the caller's report; the most that it may have open, or -1; 1 in shadow mode
--   asks       of every ask: cost, host or 0, shared provider or 0, weight, how many buckets, and these
--   consumers  of every ask: who asks
-- Values   a bucket: its theoretical arrival time (TAT) in microseconds
--          a host: "edge count sequence expiresUs" of every edge, a semicolon between two
--          a shared provider: "consumer fairTatUs seenUs weight" of every consumer that shares, a semicolon between two
-- returns  where all are admitted: a text of the time and of every bucket's TAT; what each ask is told follows from these
--          else of every ask six numbers: the gate that speaks (its buckets, then share, host, edge; negative when refused, 0 when
--          there is none), what remains, microseconds until all of it is back, microseconds until a repeat has room, the gates
--          in shadow mode without room as a sum of powers of two, and the weights of all who share
local plan = cjson.decode(ARGV[1])
local floor, ceil, max, min, huge = math.floor, math.ceil, math.max, math.min, math.huge
local call, format = redis.call, string.format
local leaseUs, inFlightWaitUs, shareWindowUs, sharersMax = 10000000, 1000000, 2000000, 256
-- What a script may unpack at once is bounded.
local unpackMax = 4000

local time = call('TIME')
local clock = tonumber(time[1]) * 1000000 + tonumber(time[2])
-- Redis lets keys expire by its own clock: beside a given one they are left a minute longer.
local now, graceUs = clock, 0
if plan.now > 0 then now, graceUs = plan.now, clock - plan.now + 60000000 end

-- Keys expire at whole seconds, so that a batch needs the text of few moments. As PXAT: Redis would rewrite a PX into it.
local expiries = {}
local function expiryOf(us)
  local second = ceil((us + graceUs) / 1000000)
  local text = expiries[second]
  if not text then
    text = format('%d000', second)
    expiries[second] = text
  end
  return text
end

-- the turn of the hashes
local current, before = KEYS[1], KEYS[2]
local since = tonumber(call('HGET', current, 'since') or huge)
if since > now or now - since >= plan.period then
  -- Later than now: there is none yet, or the clock was set back and the hash begins anew as it is.
  if since <= now then
    call('UNLINK', before)
    call('RENAME', current, before)
  end
  call('HSET', current, 'since', format('%d', now))
  -- Where nobody asks for so long, nobody comes to take turns either.
  call('PEXPIRE', current, format('%d', ceil(3 * plan.period / 1000)))
end

local fields, rooms, hosts = plan.fields, plan.rooms, plan.hosts
local buckets, hostCount = #rooms / 2, #hosts / 3
local hashed = #fields - hostCount

-- of every field its value; false where there is none
local function valuesOf(command, names, key)
  if #names <= unpackMax then
    if key then return call(command, key, unpack(names)) end
    return call(command, unpack(names))
  end
  local values = {}
  for first = 1, #names, unpackMax do
    local last = min(first + unpackMax - 1, #names)
    local some = key and call(command, key, unpack(names, first, last)) or call(command, unpack(names, first, last))
    for i = 1, #some do values[first + i - 1] = some[i] end
  end
  return values
end

local stored = #fields > 0 and valuesOf('HMGET', fields, current) or {}
local missing, places, m = {}, {}, 0
for i = 1, #fields do
  if not stored[i] then
    m = m + 1
    missing[m], places[m] = fields[i], i
  end
end
if m > 0 then
  local values = valuesOf('HMGET', missing, before)
  for i = 1, m do stored[places[i]] = values[i] end
end
local atHosts = {}
for h = 1, hostCount do atHosts[h] = stored[hashed + h] end
if #KEYS > 2 then
  local own = {}
  for i = 3, #KEYS do own[i - 2] = KEYS[i] end
  local values = valuesOf('MGET', own)
  for i = 1, #own do stored[hashed + i] = values[i] end
end

local written, w = {}, 0
local function keep(field, text)
  written[w + 1], written[w + 2] = field, text
  w = w + 2
end
-- %d: left to itself Lua rounds to 14 digits, and Redis takes a microsecond longer over a number
local function keepBucket(i, tat)
  local text = format('%d', tat)
  if i <= hashed then
    keep(fields[i], text)
  else
    -- Past its TAT a bucket is full and need not be remembered.
    call('SET', KEYS[i - hashed + 2], text, 'PXAT', expiryOf(tat))
  end
  return text
end

-- in flight: what has expired is forgotten, and the caller's report taken in
local edge, open, adds, own, leases = plan.edge, {}, {}, {}, {}
for h = 1, hostCount do
  local kept, sum, found = {}, 0, nil
  for name, count, sequence, expires in string.gmatch(atHosts[h] or '', '([^ ;]+) (%d+) (%d+) (%d+)') do
    local lease = { name, tonumber(count), tonumber(sequence), min(tonumber(expires), now + leaseUs) }
    if lease[4] > now then
      kept[#kept + 1] = lease
      if name == edge then found = lease end
    end
  end
  adds[h] = 1
  if edge ~= '' then
    if found and found[3] >= plan.sequence then
      adds[h] = 0
    else
      if not found then
        found = { edge, 0, 0, 0 }
        kept[#kept + 1] = found
      end
      local told = hosts[3 * h - 1]
      if told >= 0 then found[2] = told end
      found[3], found[4] = plan.sequence, now + leaseUs
      own[h] = found
    end
  end
  for i = 1, #kept do sum = sum + kept[i][2] end
  leases[h], open[h] = kept, sum
end

local function finish()
  for h = 1, hostCount do
    if own[h] then
      local texts = {}
      for i, lease in ipairs(leases[h]) do
        texts[i] = format('%s %d %d %d', lease[1], lease[2], lease[3], lease[4])
      end
      keep(fields[hashed + h], table.concat(texts, ';'))
    end
  end
  for first = 1, w, unpackMax do call('HSET', current, unpack(written, first, min(first + unpackMax - 1, w))) end
end

-- The common case is quick: where there is room for all asks together, each of them has it, in whatever order.
local function tatsWhenWhole()
  if not plan.whole then return nil end
  local tats = {}
  for i = 1, buckets do
    local tat = stored[i]
    tat = tat and tonumber(tat) or now
    if tat < now then tat = now end
    tat = tat + rooms[2 * i]
    if tat > now + rooms[2 * i - 1] then return nil end
    tats[i] = tat
  end
  for h = 1, hostCount do
    local asked = hosts[3 * h]
    if asked > 0 and open[h] + adds[h] * asked > hosts[3 * h - 2] then return nil end
  end
  return tats
end

local tats = tatsWhenWhole()
if tats then
  local said = { format('%d', now) }
  for i = 1, buckets do said[i + 1] = keepBucket(i, tats[i]) end
  for h = 1, hostCount do
    if own[h] then own[h][2] = own[h][2] + hosts[3 * h] end
  end
  finish()
  return table.concat(said, ' ')
end

plan = cjson.decode(ARGV[2])
local limits, shared = plan.buckets, plan.shared

-- of every bucket the microseconds that are left of it: its TAT is now + span - left
local interval, burst, shadow, span, left, changed = {}, {}, {}, {}, {}, {}
for i = 1, buckets do
  local stepUs, most, known = limits[3 * i - 2], limits[3 * i - 1], tonumber(stored[i] or 0)
  local spanUs = stepUs * most
  interval[i], burst[i], span[i], shadow[i] = stepUs, most, spanUs, limits[3 * i] == 1
  if known <= now then
    left[i] = spanUs
  elseif known <= now + spanUs then
    left[i] = now + spanUs - known
  else
    -- kept, or a bucket from before the clock was set back would stay empty until the clock has caught up
    left[i], changed[i] = 0, true
  end
end

-- who shares a provider, read when its bucket is first found low
local sharers, weightsOf = {}, {}
local function sharersOf(s)
  if sharers[s] then return sharers[s] end
  local kept, sum = {}, 0
  local known = call('GET', plan.sharedKeys[s]) or ''
  for name, fair, seen, weight in string.gmatch(known, '(%d+) (%d+) (%d+) (%d+)') do
    local backUs = max(0, tonumber(seen) - now)
    local sharer = { name, tonumber(fair) - backUs, tonumber(seen) - backUs, tonumber(weight) }
    if sharer[3] > now - shareWindowUs or sharer[2] > now then
      kept[#kept + 1] = sharer
      sum = sum + sharer[4]
    end
  end
  sharers[s], weightsOf[s] = kept, sum
  return kept
end

local function see(s, consumer, weight)
  local all = sharersOf(s)
  local stalest = 1
  for i = 1, #all do
    local sharer = all[i]
    if sharer[1] == consumer then
      weightsOf[s] = weightsOf[s] - sharer[4] + weight
      sharer[3], sharer[4] = now, weight
      return sharer
    end
    if sharer[3] < all[stalest][3] then stalest = i end
  end
  local sharer = { consumer, now, now, weight }
  if #all < sharersMax then
    all[#all + 1] = sharer
  else
    weightsOf[s] = weightsOf[s] - all[stalest][4]
    all[stalest] = sharer
  end
  weightsOf[s] = weightsOf[s] + weight
  return sharer
end

local answers, n = {}, 0
local asks, at, ask, admitted = plan.asks, 1, 0, 0
while at <= #asks do
  ask = ask + 1
  local cost, host, share, weight, count = asks[at], asks[at + 1], asks[at + 2], asks[at + 3], asks[at + 4]
  local first = at + 4
  local refusedBy, refusedRemaining, refusedResetUs, waitUs, weights = 0, 0, 0, 0, 0
  local tightest, remaining, resetUs = 0, huge, 0
  local shadowed, spareOfShared = 0, nil
  local sharedBucket = share > 0 and shared[2 * share - 1]
  for gate = 1, count do
    local i = asks[first + gate]
    local intervalUs, leftUs = interval[i], left[i]
    local spareUs = leftUs - (cost == 1 and intervalUs or intervalUs * min(cost, burst[i]))
    if i == sharedBucket then spareOfShared = spareUs end
    if spareUs < 0 then
      if shadow[i] then
        shadowed = shadowed + 2 ^ (gate - 1)
      else
        if refusedBy == 0 then
          refusedBy, refusedRemaining, refusedResetUs = gate, floor(leftUs / intervalUs), span[i] - leftUs
        end
        waitUs = max(waitUs, -spareUs)
      end
    elseif not shadow[i] and spareUs < remaining * intervalUs then
      tightest, remaining, resetUs = gate, floor(spareUs / intervalUs), span[i] - spareUs
    end
  end

  -- a share holds only for what would reach into the reserved part
  local sharer, nextFair
  if spareOfShared and spareOfShared < shared[2 * share] then
    local i = shared[2 * share - 1]
    local found = see(share, plan.consumers[ask], weight)
    local stepUs = ceil((interval[i] * min(cost, burst[i]) * weightsOf[share]) / weight)
    local aheadUs = max(floor(shared[2 * share] / 2), stepUs)
    found[2] = min(found[2], now + ceil((span[i] * weightsOf[share]) / weight))
    local fair = max(now, found[2])
    local lackUs = fair + stepUs - now - aheadUs
    if lackUs <= 0 then
      sharer, nextFair = found, fair + stepUs
    elseif shadow[i] then
      shadowed = shadowed + 2 ^ count
    else
      if refusedBy == 0 then
        refusedBy, refusedResetUs, weights = count + 1, fair - now, weightsOf[share]
      end
      waitUs = max(waitUs, lackUs)
    end
  end

  if host > 0 and open[host] + adds[host] > hosts[3 * host - 2] then
    if plan.hosts[host] == 1 then
      shadowed = shadowed + 2 ^ (count + 1)
    else
      if refusedBy == 0 then refusedBy, refusedResetUs = count + 2, inFlightWaitUs end
      waitUs = max(waitUs, inFlightWaitUs)
    end
  end
  if plan.edgeMax >= 0 and plan.open + admitted >= plan.edgeMax then
    if plan.edgeShadow == 1 then
      shadowed = shadowed + 2 ^ (count + 2)
    else
      if refusedBy == 0 then refusedBy, refusedResetUs = count + 3, inFlightWaitUs end
      waitUs = max(waitUs, inFlightWaitUs)
    end
  end

  if refusedBy > 0 then
    answers[n + 1], answers[n + 2], answers[n + 3], answers[n + 4] = -refusedBy, refusedRemaining, refusedResetUs, waitUs
    answers[n + 5], answers[n + 6] = shadowed, weights
  else
    admitted = admitted + 1
    for gate = 1, count do
      local i = asks[first + gate]
      local spareUs = left[i] - (cost == 1 and interval[i] or interval[i] * min(cost, burst[i]))
      -- one in shadow mode without room is over its limit already, and stays as it is
      if spareUs >= 0 then left[i], changed[i] = spareUs, true end
    end
    if sharer then sharer[2] = nextFair end
    if host > 0 then
      open[host] = open[host] + adds[host]
      if own[host] then own[host][2] = own[host][2] + 1 end
    end
    answers[n + 1], answers[n + 2], answers[n + 3] = tightest, tightest > 0 and remaining or 0, resetUs
    answers[n + 4], answers[n + 5], answers[n + 6] = 0, shadowed, 0
  end
  n = n + 6
  at = first + count + 1
end

for i = 1, buckets do
  if changed[i] then keepBucket(i, now + span[i] - left[i]) end
end
finish()
for s, all in pairs(sharers) do
  local texts, lastUs = {}, now + shareWindowUs
  for i, sharer in ipairs(all) do
    texts[i] = format('%s %d %d %d', sharer[1], sharer[2], sharer[3], sharer[4])
    lastUs = max(lastUs, sharer[2])
  end
  call('SET', plan.sharedKeys[s], table.concat(texts, ';'), 'PXAT', expiryOf(lastUs))
end
return answers
