import Domain
import Testing

/// Sentences as officers might write them, with no real person in them: each that would identify a child is refused by its rule, and what is
/// said of places, hours, licences and crowds is taken.
@Suite struct ChildCorpusTests {
  private static let today = Day(iso: "2026-11-24")!

  static let refused: [ChildRule: [String]] = [
    .age: [
      // After a name or initials.
      "E.J. (14) is seen outside the takeaway on Fridays", "E. J. (14) waits by the rank", "EJ (14) gets into the car", "E.J., 14, waits there",
      "KL (fifteen) was seen again", "Sophie (fifteen) waits there", "Sophie (15) waits there", "sophie (15) waits there", "Sophie [15] waits there",
      "Sophie (aged 15) waits there", "Sophie (15 yrs) waits there", "Sophie (15yo) waits there", "Sophie (15 y/o) waits there", "Sophie, 15, waits there",
      "Sophie, fifteen, waits there", "Cars stop for Sophie, 15", "Sophie, about 15, waits there", "ellie jones aged 14 gets into the car", "ellie jones is 14",
      "ellie is 14 and waits there", "Ellie Jones 14 waits there", "Ellie Jones, 14 yrs, waits there", "Ellie is fourteen", "Ellie was only 13 when it began",
      "We think Ellie is 14", "We think that Ellie turned 13 last week", "Ellie turns sixteen in May", "Ellie’s 14 and drinks in the bar",
      "Ellie is a 14-year-old", "Ellie looks about 14", "Staff say that Ellie (nine) sleeps in room 4", "Ellie and Sophie are 14 and 15",
      "Nobody asked Ellie, aged seventeen, for a card", "Ellie age 14 is let in", "Ellie, age: 14, is let in", "Ellie is nearly 16", "Ellie is 14 years of age",
      "Ellie is 13/14", "Ellie is 13 or 14", "Marlon (10) comes with her", "Marlon will be 12 on Friday",
      "M.T. (15) was dropped off by a silver car", "Jade (15) and Kyle (16) get in", "T, 14, sleeps there", "Lucy W, aged 12",
      // After a pronoun.
      "Ellie waits here. She is 14", "She is 14", "She was fourteen then", "She's 14 and drinks here", "She’s only 14", "He is 15, and goes by taxi",
      "He turned 16 in May", "He is about 15 years old", "He looks 14", "He appears to be 12", "They are both 14", "They're 15",
      "A driver gave money to somebody who is 15", "One comes alone. He is thirteen", "She told staff that she is 13", "She will be 16 next month",
      "I am 15 and I work there", "She is now 17", "She is fourteen years old", "She is 14 yrs old", "He is 8", "Staff thought she was 18, she is 14",
      // One young person without a name.
      "Girl of 14 and her friends go to Nunnery Wood", "A girl of fourteen waits there", "A boy of 12 gets out", "A lad of 15 carries the bags",
      "The lass of 16 gets in", "A child of 9 waits alone", "A pupil of 13 was offered a lift", "A teenager of 15 was served", "A girl, 14, was served",
      "A girl (14) was served", "A girl aged 14 was served", "A boy aged fifteen sleeps in the flat above", "The boy is 15", "A lad, 16, waits by the door",
      "The victim was 13", "A 14-year-old was let in", "A 14 year old girl was let in", "A fourteen-year-old boy sells there", "A fifteen year old has a room",
      "There was a 15yo in the car", "A 16 y/o works behind the bar", "A 13 yr old was given vapes", "One of the rooms has a 14 or 15 year old girl in it",
      "A youth aged 17 stands guard", "One child is 6 months old", "A 12-year-old from Redditch is driven there", "Somebody brings a seven-year-old",
      "Aged 14. Seen twice in the car park", "The youngest, aged 11, stays in the car", "Seen on Friday with a girl about 15 years old",
      "A person aged 15 is hidden in room 9", "A 14 y.o. was served",
      "A young woman of 17 is kept there", "A girl who is 15", "He will turn 16 in June", "She said she was fifteen",
      // A crowd's age beside a name.
      "Young people aged 14 to 16 come with Marlon", "The 15-year-olds are friends of Sophie", "Two girls aged 14 and 15 are with Sophie",
    ],
    .school: [
      "Year 10s from Christopher Whitehead", "Year 10s wait by the shop", "A Year 9 was there", "She is in Year 8", "Two year 11s get in",
      "The year 7 pupils come by", "Somebody in Y10 sells vapes", "Y11s gather there", "They are all yr 9", "He left in year eleven",
      "A sixth former was served", "Those from Year 12 have a card", "Pupils from Nunnery Wood wait there", "Students of Christopher Whitehead gather",
      "In an Oakmere uniform", "Some wear Oakmere uniform", "Oakmere pupils wait there", "A pupil in Oakmere blazer", "Those from Oakmere High meet there",
      "The boy from Oakmere Primary was there", "Oakmere school pupils buy vapes", "The oakmere high school girls", "Taken from Oakmere Academy by car",
      "Goes to Oakmere Sixth Form", "She goes to a college in town", "The head teacher of Oakmere rang", "They attend a school near by: he attends the academy",
      "Years 9 and 10 come at four",
    ],
    .dateOfBirth: ["DOB 12/03/2011", "She was born in 2011", "Born on 4 March", "The card says 4 March 2012", "The card says 2012-03-04", "Date of birth was given", "Her birthday is in May"],
    .childNamed: ["A girl called Tansy gets in", "The boy Marlon waits", "The child known as Pip was there", "A victim named K.L. was seen", "Young person Tansy came back", "A girl nicknamed Birdie is driven there", "A lass called lucy", "The lad Marlon waits"],
    .relation: ["It is the licensee’s son", "Her daughter works there", "My niece was served", "The driver's youngest son sits in front"],
    .care: ["She is in care", "A looked-after child was there", "They live in a foster home", "He was placed in foster care", "A LAC review was held"],
    .nhsNumber: ["943 476 5919", "A letter with 9434765919"],
    .niNumber: ["AB 12 34 56 C was on the slip", "Slip with AB123456C"],
    .pupilNumber: ["Number A801200001001"],
  ]

  static let taken: [String] = [
    // Numbers of places, rooms, buses, things.
    "14 premises were visited", "There are 14 premises in the street", "Unit 14 has a new tenant", "Unit 14 is closed", "Cars stop at 14 High Street",
    "The flat above 14 High Street is let", "Golden Lantern, 14 High Street", "The 14 bus stops there", "Bus 14 stops outside", "It opens at 14:00",
    "It shuts at 14.30 on Sundays", "Aged stock is sold at the back", "Room 12 is let by the hour", "Rooms 12 and 14 are let by the hour",
    "Rooms 12, 13, 14, and 15 have no lock", "Room (12) is let", "16 taxis wait at the rank", "Taxis (16) wait at the rank", "An HMO with 12 rooms",
    "HMO (12) was visited", "HMO with 12 rooms and 14 tenants", "Item 14 is closed", "Item (14) is closed", "Action 3 is 14 days late", "Action (3) is blocked",
    "Condition 7 was not met", "Condition (7) is not met", "Section 17 was used", "Step 4 is done", "Platform 2 is dark at night",
    "Stand 5 is empty after 22:00", "Bay A (14) is unlit", "Block B, 14 flats", "Platform 2, at the far end, is unlit", "Camera 4 is broken", "The count is 14",
    "The total was 16", "Coverage is 14", "Capacity is 12", "Occupancy is 16", "Coverage was 12, and is 15 now", "The number of taxis is 16",
    "The lift is 3 and the door is 4", "The pub is 14 metres from the rank", "It is 14", "There are 16", "It is 14 minutes on foot", "He is 14 doors down",
    "She is one of the door staff", "He was 10 minutes late", "She is two doors away", "They are 12 in a car", "He was one of several drivers",
    "He is 3 miles away", "Two of them are licensed, and three are not",
    // Ages of things, terms and rules.
    "The hotel is 14 years old", "The licence is 12 years old", "A 14-year-old car waits there", "A 12 year old hatchback is used",
    "The Golden Lantern is 14 years old", "The building is nine years old", "A 10-year lease was signed", "The driver has held a badge for 14 years",
    "Mr Pettigrew has held a licence for 14 years", "It has been open for 10 years", "Over the last 7 years it changed hands twice",
    "The camera is 6 months old", "The record is 3 weeks old", "Its CCTV is kept for 14 days", "Whisky aged 12 years was stolen", "He is 10 years in the trade",
    "The plan is two years old", "Over 18s only", "Over 18s only after nine", "Challenge 25 is used", "Challenge 25 signs are up", "Nobody under 16 is let in",
    "Nobody under 18 is served", "Under-16s are let in with a parent", "Sale to anyone under the age of 16 is refused", "Those aged 16 and over may come in",
    "It serves people aged 16 or over", "Nobody aged 17 is served", "Volunteers must be at least 16 years old",
    "A child over 14 years old may stay in the garden", "The age of 14 is on the sign", "Children under 5 eat free", "It lets in children from age 8",
    "Age checks failed on 3 of 14 visits",
    // Young people in general.
    "Young people gather there", "Young people gather in the car park after eleven", "Groups of young people aged 14 to 16 wait by the wall",
    "Young people aged 15 to 17 gather there", "Mostly girls aged about 15 come on Fridays", "Teenagers aged 13-15 are dropped there",
    "14-year-olds are served without a card", "15 and 16 year olds buy vapes there", "Girls of 14 and 15 are let in", "A group of 14 waits there",
    "A group of 14 young people waits there", "Several children wait by the bus stop", "Some look about 15", "Young people aged fourteen to sixteen are let in",
    "A girl was let in", "The boy waits outside", "Groups of 12 gather", "16 girls were in the minibus", "Girls (14) and boys (12) were counted",
    "Youngsters come in three cars", "It is busy with teenagers",
    // Schools, years and words near them.
    "Leaflets were sent to every school", "It is busiest after school hours", "Cars wait near the primary school", "The taxi rank is by the high school",
    "School Lane is unlit", "Old School Lane is unlit", "The College Street car park is dark", "The car park in College Green is dark",
    "In year 9 of the licence the terms changed", "Year 2 of the strategy begins", "Year 1 targets were met", "Some wear school uniform",
    "The High Street is busy", "Worcester High Street is busy", "The end of the year 2026 is near", "Some years ago it was a hotel",
    "This year 12 visits were made", "It was shut last year",
    "9 of 14 premises have posters", "Wolverhampton drivers (14) were met", "Test purchase: sold at 17:40, challenge not made", "The target is 12 and the result is 9",
    "Between 1 and 3 in the morning cars gather", "West Mercia, 3 posts, is asked", "Golden Lantern has 16 rooms", "Tramps nightclub has an over 18 policy",
    // All else.
    "On 4 March 2026 the lights were out", "Seen on 12/11/2026 near the rank", "On 14 November cars waited there", "Friday 14 November was quiet",
    "On Friday, 14 November, it was shut", "The driver takes cash only", "Drivers are asked for 14 pounds", "Door staff take care with the queue",
    "Four licensees, 3 of them new, were trained", "3 of 14 staff could say what to look for", "The fine is 14", "Objective 2 is met", "Priority (3) is met",
    "The manager, who has 14 rooms, agreed", "Two visits, one in June, found nothing", "Staff asked 12, and let in 3", "Visit 2 was at 21:00",
    "Both doors are locked at 2", "It shuts at one", "Seven pubs, nine hotels and one club came", "One is closed and two are open", "A meeting of 14 was held",
    "Meeting 3 is on Tuesday", "The A38 and the M5 junction 7 are near", "One of the bars is level 2",
  ]

  @Test func whatIdentifiesIsRefusedByItsRule() {
    for (rule, texts) in Self.refused {
      for text in texts { #expect(ChildScreen.rules(in: text, today: Self.today).contains(rule), "\(rule.rawValue): \(text)") }
    }
    #expect(Set(Self.refused.keys) == Set(ChildRule.allCases))
    #expect(Self.refused.values.reduce(0) { $0 + $1.count } >= 120)
  }

  @Test func whatIsAboutPlacesIsTaken() {
    for text in Self.taken { #expect(ChildScreen.rules(in: text, today: Self.today) == [], "\(text)") }
    #expect(Self.taken.count >= 100)
  }
}
