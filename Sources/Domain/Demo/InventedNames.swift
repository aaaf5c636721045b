/// Names for demonstration data. Every person, business and street made from them is invented.
package enum InventedNames {
  package static let given = [
    "Amina", "Usman", "Piotr", "Agnieszka", "Siobhan", "Declan", "Gurpreet", "Harjit", "Mohammed", "Fatima", "Yusuf", "Zainab", "Daniel", "Grace",
    "Thomas", "Eleanor", "George", "Florence", "Owen", "Bronwen", "Rhys", "Callum", "Fiona", "Andrew", "Margaret", "Patrick", "Niamh", "Rajesh",
    "Priya", "Sanjay", "Meena", "Imran", "Nadia", "Tariq", "Shabana", "Kwame", "Abena", "Chidi", "Ngozi", "Mariusz", "Katarzyna", "Tomasz", "Ewa",
    "Ion", "Elena", "Mihai", "Ioana", "Ahmed", "Leila", "Hassan", "Samira", "Dawit", "Selam", "Li", "Mei", "Minh", "Lan", "Joao", "Ines", "Luca",
    "Giulia", "Emeka", "Joseph", "Ruth", "Samuel", "Hannah", "Isaac", "Judith", "Stephen", "Janet", "Kevin", "Sharon", "Darren", "Tracy", "Wayne",
    "Michelle", "Lee", "Donna", "Craig", "Kerry", "Martin", "Susan", "Nigel", "Carol", "Trevor", "Beverley", "Clive", "Pauline", "Arthur", "Edith",
  ]

  package static let family = [
    "Begum", "Khan", "Hussain", "Ahmed", "Malik", "Chaudhry", "Mirza", "Qureshi", "Sharif", "Rahman", "Uddin", "Miah", "Singh", "Kaur", "Sandhu",
    "Gill", "Dhillon", "Bains", "Patel", "Shah", "Desai", "Mehta", "Nowak", "Kowalska", "Wisniewski", "Zielinska", "Lewandowski", "Wojcik",
    "O'Brien", "O'Connor", "Murphy", "Kelly", "Byrne", "Gallagher", "McDonald", "MacLeod", "Campbell", "Stewart", "Evans", "Davies", "Griffiths",
    "Llewellyn", "Price", "Pritchard", "Smith", "Jones", "Taylor", "Brown", "Wilson", "Thompson", "Walker", "Wright", "Robinson", "Hughes", "Hall",
    "Green", "Clarke", "Baker", "Turner", "Cooper", "Ward", "Morris", "Bennett", "Cook", "Bailey", "Parker", "Collins", "Shaw", "Fletcher",
    "Popescu", "Ionescu", "Dumitru", "Mensah", "Owusu", "Boateng", "Okafor", "Eze", "Adeyemi", "Tesfaye", "Haile", "Ali", "Hassan", "Osman",
    "Nguyen", "Tran", "Chen", "Wong", "Silva", "Santos", "Rossi", "Russo", "Bridgewater", "Tolladine", "Severnside", "Hallow", "Cotheridge",
    "Pershore-Lane", "Droitwich", "Wribbenhall", "Astley", "Ombersley", "Feckenham", "Inkberrow", "Abberley", "Kempsey", "Martley", "Rushwick",
  ]

  package static let streets = [
    "Lantern Row", "Ferrymans Walk", "Old Hop Yard", "Perry Pear Lane", "Glovers Close", "Salters Way", "Needlemakers Court", "Carpet Mill Road",
    "Orchard Bank", "Bellfounders Street", "Tannery Fold", "Nailers Hill", "Canal Basin Walk", "Weavers Rise", "Porcelain Place", "Saxon Ford Road",
  ]

  package static let firms = [
    "Severn", "Teme", "Avon", "Malvern", "Abbey", "Castle", "Rowan", "Kingfisher", "Orchard", "Blackpear", "Swan", "Bluebell", "Fern", "Heron",
    "Ivy", "Juniper", "Larch", "Meadow", "Otter", "Poplar",
  ]
  package static let firmEndings = ["Cars Ltd", "Private Hire", "Taxis", "Travel Ltd", "Executive Cars", "Minibuses Ltd"]
}

/// A small reproducible source of chance (SplitMix64), so that the same day gives the same demonstration.
package struct SeededChance: RandomNumberGenerator, Sendable {
  private var state: UInt64
  package init(seed: UInt64) { state = seed }
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
  /// True in `percent` of a hundred draws.
  package mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }
  package mutating func pick<T>(_ items: [T]) -> T { items[Int.random(in: 0..<items.count, using: &self)] }
}
